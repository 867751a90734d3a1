//! The standalone page's entry, built by Trunk.

fn main() {
    batch_task_widget::page::start();
}
