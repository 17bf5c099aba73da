//! What all handlers use.

pub(super) use std::sync::Arc;

pub(super) use axum::extract::{Path, Query, State};
pub(super) use axum::http::StatusCode;
pub(super) use axum::response::{IntoResponse, Response};
pub(super) use eventsourcing::prelude::*;
pub(super) use eventsourcing::{Error, Position, Version};
pub(super) use serde::{Deserialize, Serialize};
pub(super) use serde_json::json;

pub(super) use super::Server;
pub(super) use super::call::{Asked, Call, Sent};
pub(super) use super::problem::Problem;
pub(super) use crate::shop::domain::{Cart, Customer, Email, Name, Order, Payment, Product, Refused, Status};
pub(super) use crate::shop::views::{DayRow, OrderRow, ProductRow};
pub(super) use crate::shop::{Shop, ShopEvent, pages};

pub(super) type App = State<Arc<Server>>;
pub(super) type Answer = Result<Response, Problem>;
