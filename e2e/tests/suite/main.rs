//! All whole-system tests, in one binary: they share little, but linking is what takes long.

mod batch_life;
mod bodies;
mod clock;
mod element;
mod hidden;
mod host;
mod languages;
mod large;
mod layout;
mod leaks;
mod mount;
mod network;
mod outage;
mod page;
mod polling;
mod reading;
mod sample;
mod scenarios;
mod start;
mod support;
mod table;
mod unchanged;
mod views;
