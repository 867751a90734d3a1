//! All whole-system tests, in one binary: they share little, but linking is what takes long.

mod batch_life;
mod bodies;
mod hidden;
mod large;
mod layout;
mod outage;
mod page;
mod polling;
mod reading;
mod sample;
mod scenarios;
mod support;
mod table;
mod unchanged;
mod views;
