//! The programs stand beside this folder; there is nothing here.
