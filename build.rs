//! Makes cargo notice what is read at compile time, lists the catalogues of words, and packs what browsers load: styles and scripts of all areas joined, everything gzipped once.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Files that are served as they are: the name in their address, and where they stand in `templates`.
const FILES: [(&str, &str); 6] = [
    ("uplot.css", "vendor/uplot/uPlot.min.css"),
    ("uplot.js", "vendor/uplot/uPlot.iife.min.js"),
    ("htmx.js", "vendor/htmx/htmx.min.js"),
    ("hx-sse.js", "vendor/htmx/hx-sse.min.js"),
    ("print.css", "pages/reports/print.css"),
    ("icon.svg", "pages/shell/icon.svg"),
];

/// A folder whose styles, scripts and pictures are served under their own names, since they name each other.
const EDITOR: &str = "templates/vendor/ace";

fn main() -> io::Result<()> {
    for folder in ["migrations", "templates", "config", "locales"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    let out = out_folder()?;
    let mut files = vec![("app.css".to_owned(), styles()?), ("app.js".to_owned(), scripts()?)];
    for (name, path) in FILES {
        files.push((name.to_owned(), fs::read(Path::new("templates").join(path))?));
    }
    files.extend(editor()?);
    let mut list = "&[\n".to_owned();
    for (name, plain) in files {
        let packed = out.join(format!("{}.gz", name.replace('/', "-")));
        let mut packer = GzEncoder::new(fs::File::create(&packed)?, Compression::best());
        packer.write_all(&plain)?;
        packer.finish()?;
        writeln!(list, "    ({name:?}, include_bytes!({})),", literal(&packed)).map_err(io::Error::other)?;
    }
    fs::write(out.join("assets.rs"), list + "]\n")?;
    fs::write(out.join("locales.rs"), locales()?)
}

/// Each language's tag with its catalogues, as they are.
fn locales() -> io::Result<String> {
    let mut list = "&[\n".to_owned();
    for folder in sorted("locales")? {
        writeln!(list, "    ({}, &[", literal(Path::new(folder.file_name().unwrap_or_default()))).map_err(io::Error::other)?;
        for catalogue in sorted(&folder)? {
            writeln!(list, "        include_str!({}),", literal(&fs::canonicalize(catalogue)?)).map_err(io::Error::other)?;
        }
        list += "    ]),\n";
    }
    Ok(list + "]\n")
}

/// A path as Rust writes a text.
fn literal(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}

fn sorted(folder: impl AsRef<Path>) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    Ok(paths)
}

/// Where cargo wants what a build makes.
#[allow(clippy::disallowed_methods, reason = "cargo tells it in the environment alone")]
fn out_folder() -> io::Result<PathBuf> {
    env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| io::Error::other("OUT_DIR is not set: cargo sets it for build scripts"))
}

/// The code editor's files, but for its licence.
fn editor() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for path in sorted(EDITOR)? {
        if let (Some(name), Some(_)) = (path.file_name().and_then(|n| n.to_str()), path.extension()) {
            files.push((name.to_owned(), fs::read(&path)?));
        }
    }
    Ok(files)
}

/// The areas' files of this name. The shell's comes first, for the others build upon it.
fn of_areas(name: &str) -> io::Result<Vec<Vec<u8>>> {
    let mut areas = sorted("templates/pages")?;
    areas.sort_by_cached_key(|area| (!area.ends_with("shell"), area.clone()));
    areas.into_iter().map(|area| area.join(name)).filter(|file| file.is_file()).map(fs::read).collect()
}

/// The kit's first, which all of ours build upon: one sheet is one way to the server.
fn styles() -> io::Result<Vec<u8>> {
    let kit = fs::read("templates/vendor/pico/pico.min.css")?;
    Ok([vec![kit, b"\n".to_vec()], of_areas("app.css")?].concat().concat())
}

/// Each script in a block of its own, so that names of one area are none of another's.
fn scripts() -> io::Result<Vec<u8>> {
    let mut whole = b"\"use strict\";\n".to_vec();
    for script in of_areas("app.js")? {
        whole.extend([b"{\n".as_slice(), &script, b"}\n"].concat());
    }
    Ok(whole)
}
