//! A Yew app around the custom element: a separate Yew program with its own listeners around the widget.
//!
//! Must not know the widget's crate, only its tag.

use std::rc::Rc;

use yew::prelude::*;

/// More elements with listeners than a widget has. Yew numbers them in each program, so each number in the widget also exists in
/// this app.
const DECOYS: usize = 200;

#[component]
fn App() -> Html {
    let heard = use_reducer(Heard::default);
    html! {
        <section onclick={hear(&heard, "click section")} oninput={hear(&heard, "input section")}>
            { for ["first", "second"].map(|name| html! {
                <div id={name} onclick={hear(&heard, &format!("click {name}"))} oninput={hear(&heard, &format!("input {name}"))}>
                    <batch-task-widget endpoint="/api/DescribeBatchTask" batch-id="pcb-demo" interval="600" />
                </div>
            }) }
            { for (0..DECOYS).map(|number| html! {
                <button class="decoy" onclick={hear(&heard, &format!("click decoy {number}"))}
                    oninput={hear(&heard, &format!("input decoy {number}"))}>{ number }</button>
            }) }
            <ul id="heard">{ for heard.0.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
        </section>
    }
}

fn hear<E: 'static>(heard: &UseReducerHandle<Heard>, line: &str) -> Callback<E> {
    let (heard, line) = (heard.dispatcher(), line.to_owned());
    Callback::from(move |_| heard.dispatch(line.clone()))
}

/// All received events in order.
#[derive(Default)]
struct Heard(Vec<String>);

impl Reducible for Heard {
    type Action = String;

    fn reduce(self: Rc<Self>, line: String) -> Rc<Self> {
        Rc::new(Self(self.0.iter().cloned().chain([line]).collect()))
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
