//! A small server of static files, as plain as the plainest host: no special headers.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::failure::{Failure, Result};

/// A folder being served on this machine only, until the program ends.
pub struct Server {
    port: u16,
    site: Arc<Site>,
}

/// What to serve.
struct Site {
    folder: PathBuf,
    prefix: String,
    is_stopped: AtomicBool,
}

impl Server {
    /// Serves `folder` under `prefix` (`/`, or a sub-folder such as `/a/b/`); port 0 takes a free one.
    ///
    /// # Errors
    /// [`Failure::PortInUse`].
    pub fn start(folder: &Path, prefix: &str, port: u16) -> Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .map_err(|_| Failure::PortInUse { port })?;
        let port = listener.local_addr().map_or(port, |address| address.port());
        let site = Arc::new(Site {
            folder: folder.to_path_buf(),
            prefix: prefix.to_string(),
            is_stopped: AtomicBool::new(false),
        });
        let answering = Arc::clone(&site);
        in_background(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&answering);
                // A browser that goes away mid-answer is no error of ours.
                in_background(move || drop(site.converse(&stream)));
            }
        });
        Ok(Server { port, site })
    }

    /// The address of the site, ending with `/`.
    pub fn url(&self) -> String {
        format!("http://localhost:{}{}", self.port, self.site.prefix)
    }

    /// Answers nothing from now on, as if the network were gone.
    pub fn stop(&self) {
        self.site.is_stopped.store(true, Ordering::Relaxed);
    }
}

#[allow(clippy::disallowed_methods, reason = "native-only code")]
pub(crate) fn in_background(work: impl FnOnce() + Send + 'static) {
    std::thread::spawn(work);
}

impl Site {
    /// Answers requests on one connection until it closes.
    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        loop {
            let mut request = String::new();
            if reader.read_line(&mut request)? == 0 {
                return Ok(());
            }
            let mut known_tag = String::new();
            loop {
                let mut header = String::new();
                if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = header.split_once(':')
                    && name.eq_ignore_ascii_case("if-none-match")
                {
                    known_tag = value.trim().to_string();
                }
            }
            if self.is_stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            let mut words = request.split_whitespace();
            let method = words.next().unwrap_or_default();
            let target = words.next().unwrap_or_default();
            self.answer(stream, method, target, &known_tag)?;
        }
    }

    fn answer(
        &self,
        stream: &TcpStream,
        method: &str,
        target: &str,
        known_tag: &str,
    ) -> io::Result<()> {
        if !matches!(method, "GET" | "HEAD") {
            return respond(
                stream,
                method,
                "405 Method Not Allowed",
                "text/plain",
                "",
                b"Only GET and HEAD.\n",
            );
        }
        let found = self.file(target).and_then(|path| Some((tag(&path)?, path)));
        let Some((tag, path)) = found else {
            return respond(
                stream,
                method,
                "404 Not Found",
                "text/plain",
                "",
                b"There is no such file.\n",
            );
        };
        if known_tag == tag {
            return respond(
                stream,
                method,
                "304 Not Modified",
                content_type(&path),
                &tag,
                b"",
            );
        }
        match fs::read(&path) {
            Ok(content) => respond(
                stream,
                method,
                "200 OK",
                content_type(&path),
                &tag,
                &content,
            ),
            Err(_) => respond(
                stream,
                method,
                "404 Not Found",
                "text/plain",
                "",
                b"There is no such file.\n",
            ),
        }
    }

    /// The file a request names, never one outside the folder.
    fn file(&self, target: &str) -> Option<PathBuf> {
        let path = target
            .split(['?', '#'])
            .next()?
            .strip_prefix(self.prefix.as_str())?;
        let path = PathBuf::from(percent_decoded(path)?);
        if !path
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return None;
        }
        let path = self.folder.join(path);
        let path = if path.is_dir() {
            path.join("index.html")
        } else {
            path
        };
        path.is_file().then_some(path)
    }
}

/// Changes when the file does.
fn tag(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata
        .modified()
        .ok()?
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?;
    Some(format!(
        "\"{:x}-{:x}\"",
        modified.as_nanos(),
        metadata.len()
    ))
}

fn respond(
    mut stream: &TcpStream,
    method: &str,
    status: &str,
    content_type: &str,
    tag: &str,
    body: &[u8],
) -> io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n",
        body.len()
    );
    if !tag.is_empty() {
        head += &format!("ETag: {tag}\r\n");
    }
    head += "\r\n";
    stream.write_all(head.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(body)?;
    }
    stream.flush()
}

fn content_type(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "md" => "text/markdown; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// `a%20b` as `a b`; `None` when it is not valid.
fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn get(url: &str, path: &str, header: &str) -> String {
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        let mut stream = TcpStream::connect(address.replace("localhost", "127.0.0.1")).unwrap();
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\n{header}\r\n").as_bytes())
            .unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn serve_sources() -> Server {
        Server::start(&crate::root().join("xtask"), "/a/b/", 0).unwrap()
    }

    #[test]
    fn serves_a_sub_folder_and_nothing_outside() {
        let url = serve_sources().url();
        assert!(get(&url, "/a/b/Cargo.toml?v=1", "").starts_with("HTTP/1.1 200 OK"));
        for outside in [
            "/Cargo.toml",
            "/a/b/../Cargo.toml",
            "/a/b/%2e%2e/Cargo.toml",
            "/a/b/none",
            "/a/b//etc/passwd",
        ] {
            assert!(
                get(&url, outside, "").starts_with("HTTP/1.1 404"),
                "{outside}"
            );
        }
    }

    #[test]
    fn unchanged_file_is_not_sent_again() {
        let url = serve_sources().url();
        let first = get(&url, "/a/b/Cargo.toml", "");
        let tag = first
            .lines()
            .find(|line| line.starts_with("ETag"))
            .unwrap()
            .split_once(": ")
            .unwrap()
            .1;
        assert!(
            get(
                &url,
                "/a/b/Cargo.toml",
                &format!("If-None-Match: {tag}\r\n")
            )
            .starts_with("HTTP/1.1 304")
        );
    }

    #[test]
    fn port_in_use_is_said() {
        let server = serve_sources();
        let again = Server::start(&crate::root(), "/", server.port);
        assert!(matches!(again, Err(Failure::PortInUse { port }) if port == server.port));
    }

    #[test]
    fn wasm_has_its_type() {
        assert_eq!(content_type(Path::new("app_bg.wasm")), "application/wasm");
    }
}
