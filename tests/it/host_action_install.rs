//! Where the action gets its binary from: PATH, the archive of a release, the source. Archives come from a server on
//! this machine.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use crate::release::{archive, small_binary};
use crate::support::action_runner::{Done, Job};
use crate::support::shell::APP;

/// A server for a few files, as long as the tests run. Its address has no `/` at the end.
fn serve(files: BTreeMap<String, Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &files);
        }
    });
    address
}

fn answer(mut stream: TcpStream, files: &BTreeMap<String, Vec<u8>>) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let request: Vec<String> = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
    let path = request[0].split(' ').nth(1).unwrap();
    let (status, body) = match files.get(path) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", &[][..]),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).unwrap();
}

/// The action with these checksums and without its source, so that nothing can be built.
fn action(job: &mut Job, sums: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["action.yml", "action/install.sh", "action/run.sh", "action/runner.sh", "action/VERSION"] {
        job.dir.put(&format!("action/{file}"), fs::read(root.join(file)).unwrap());
    }
    job.dir.put("action/action/SHA256SUMS", sums);
    let manifest = "[package]\nversion = \"99.0.0\"\nrepository = \"https://rollstamp.invalid/x\"\n";
    job.dir.put("action/Cargo.toml", manifest);
    job.action = job.dir.path("action");
}

/// The archive of this machine's target, with its checksum as it is to be committed.
fn release(job: &Job) -> Option<(String, PathBuf, String)> {
    let target = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", arch) => format!("{arch}-unknown-linux-musl"),
        (_, arch) => format!("{arch}-apple-darwin"),
    };
    let archive = archive(&small_binary(&job.dir)?, &target, &job.dir.path("release"));
    let name = archive.file_name().unwrap().to_str().unwrap().to_owned();
    let sum = crate::release::sha256(&archive);
    Some((name.clone(), archive, format!("{sum}  {name}\n")))
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn told(done: &Done, part: &str) {
    assert!(done.log.contains(part), "{part:?} is not in:\n{}", done.log);
}

#[test]
fn the_binary_on_path_is_taken_if_it_has_the_version() {
    let job = Job::new(&[("app.yaml", APP)]);
    told(&job.run(&[]), &format!("Using rollstamp {VERSION}: it is on PATH"));
    told(&job.run(&[("version", &format!("v{VERSION}"))]), "it is on PATH");
    let other = job.run(&[("version", "0.0.1")]);
    assert_eq!(other.status, 2);
    told(&other, "there is no checksum for rollstamp 0.0.1 here, and the source is that of");
}

#[test]
fn an_archive_is_taken_if_it_has_its_checksum() {
    let mut job = Job::new(&[("app.yaml", APP)]).without_binary();
    let Some((name, archive, sum)) = release(&job) else { return };
    let address = serve(BTreeMap::from([(format!("/mirror/v{VERSION}/{name}"), fs::read(&archive).unwrap())]));
    let job = {
        action(&mut job, &sum);
        job.with("ROLLSTAMP_DOWNLOAD_URL", format!("{address}/mirror"))
    };
    let done = job.run(&[]);
    assert_eq!((done.status, done.outputs["changed"].as_str()), (1, "true"), "{}", done.log);
    told(&done, "the archive of the release, with the SHA-256");
    told(&job.run(&[]), "an earlier step got it");
}

#[test]
fn an_archive_with_another_checksum_is_refused() {
    let mut job = Job::new(&[("app.yaml", APP)]).without_binary();
    let Some((name, archive, sum)) = release(&job) else { return };
    let mut bytes = fs::read(&archive).unwrap();
    bytes.push(0);
    let address = serve(BTreeMap::from([(format!("/v{VERSION}/{name}"), bytes)]));
    action(&mut job, &sum);
    let job = job.with("ROLLSTAMP_DOWNLOAD_URL", address);
    let done = job.run(&[]);
    assert_eq!(done.status, 2, "{}", done.log);
    told(&done, "it is refused");
    assert!(job.dir.files("temp").iter().all(|(path, _)| !path.contains("bin/")), "nothing of it was unpacked");
}

#[test]
fn an_archive_without_a_checksum_is_never_asked_for() {
    let mut job = Job::new(&[("app.yaml", APP)]).without_binary();
    action(&mut job, "# none\n");
    // A server that would answer with anything shows that nobody asks.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let job = job.with("ROLLSTAMP_DOWNLOAD_URL", format!("http://{}", listener.local_addr().unwrap()));
    let done = job.run(&[("version", VERSION)]);
    assert_eq!(done.status, 2, "{}", done.log);
    told(&done, "There is no checksum for rollstamp-v");
    told(&done, &format!("there is no checksum for rollstamp {VERSION} here, and the source is that of 99.0.0"));
    assert!(listener.accept().is_err(), "somebody asked");
}

#[test]
fn a_mirror_elsewhere_is_read_with_encryption_only() {
    let name = "rollstamp-v0.1.0-x86_64-unknown-linux-musl.tar.gz";
    for mirror in
        ["http://mirror.invalid", "http://127.0.0.1:1@mirror.invalid", "file:///etc", "http://localhost.invalid"]
    {
        let mut job = Job::new(&[("app.yaml", APP)]).without_binary();
        action(&mut job, &format!("{}  {name}\n", "0".repeat(64)).replace("0.1.0", VERSION));
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return;
        }
        let done = job.with("ROLLSTAMP_DOWNLOAD_URL", mirror).run(&[("version", VERSION)]);
        assert_eq!(done.status, 2, "{mirror}: {}", done.log);
        let warned = done.annotations().into_iter().find(|told| told.name == "warning").unwrap();
        assert!(warned.message.contains("Protocol"), "{mirror}: {warned:?}");
    }
}

#[test]
#[ignore = "slow: builds the product from its source"]
fn without_either_it_is_built_from_source() {
    let job = Job::new(&[("app.yaml", APP)]).without_binary();
    let job = crate::release::quick_release().into_iter().fold(job, |job, (name, value)| job.with(name, value));
    let done = job.run(&[]);
    assert_eq!((done.status, done.outputs["changed"].as_str()), (1, "true"), "{}", done.log);
    told(&done, "built from source");
    told(&job.run(&[]), "an earlier step got it");
}
