//! A client of one connection, which stays open.

use std::error::Error;
use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

pub(super) type Failed = Box<dyn Error + Send + Sync>;

pub(super) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self, Failed> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// A page, as a browser asks for it.
    pub(super) async fn page(&mut self, path: &str) -> Result<Bytes, Failed> {
        let request = Request::get(path).header(HOST, "localhost").header(ACCEPT, "text/html");
        self.send(request.body(Full::default())?, StatusCode::OK).await
    }

    /// Sends JSON, and gives the JSON of the answer.
    pub(super) async fn post(&mut self, path: &str, body: &Value, wanted: StatusCode) -> Result<Value, Failed> {
        let request = Request::builder().method(Method::POST).uri(path).header(HOST, "localhost");
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::from(body.to_string()))?;
        Ok(serde_json::from_slice(&self.send(request, wanted).await?)?)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>, wanted: StatusCode) -> Result<Bytes, Failed> {
        self.0.ready().await?;
        let response = self.0.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status == wanted { Ok(body) } else { Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into()) }
    }
}
