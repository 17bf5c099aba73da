//! The rooms of the macro crate.

/// The rooms of the macro crate: `args -> ast -> check -> expand`.
pub(crate) const DERIVE: &[(&str, &[&str])] = &[
    ("ctxt", &[]),
    ("tokens", &[]),
    ("spelled", &[]),
    ("names", &["ctxt"]),
    ("crate_path", &["ctxt"]),
    ("args", &["spelled", "names", "crate_path", "ctxt"]),
    ("ast", &["spelled", "args", "names", "crate_path", "tokens", "ctxt"]),
    // What was released.
    ("lock", &[]),
    // What stands beside an item in its file.
    ("scope", &[]),
    ("check", &["spelled", "lock", "scope", "ast", "names", "tokens", "ctxt"]),
    // What is printed has been proven: no attribute, no error.
    ("expand", &["spelled", "ast", "crate_path", "names", "tokens"]),
    ("fallback", &["expand", "scope", "ast", "crate_path"]),
    ("macros", &["fallback", "expand", "check", "lock", "scope", "ast", "args", "ctxt"]),
    ("lib", &["macros"]),
];
