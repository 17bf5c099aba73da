//! Cargo tells only benches and tests where their files may be; `disk.rs` is shared with a bench.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=CARGO_TARGET_TMPDIR={}", std::env::var("OUT_DIR").unwrap());
}
