//! The program: hands its arguments over, and ends with the answer.

fn main() -> std::process::ExitCode {
    comeback::cli::run()
}
