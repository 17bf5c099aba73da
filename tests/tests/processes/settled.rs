//! A whole program is waited for: until nothing is left to do, and with an error where something is parked.

mod endless;
mod hotel;
mod parked;
mod rest;
mod standby;
