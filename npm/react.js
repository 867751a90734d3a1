"use client";
// `BatchTaskWidget`: the custom element as a React component, for React 18 and 19, client and server rendering.
//
// The element waits (`defer-hydration`) until its properties and listeners are set. Otherwise an element in server-rendered HTML
// would send its first request, and dispatch its first events, before React has hydrated the page.

import { createElement, forwardRef, useEffect, useImperativeHandle, useInsertionEffect, useLayoutEffect, useRef } from "react";

import { BatchTaskWidgetElement, init, mount } from "./define.js";

// Without `export *`, which a client boundary does not support.
export { BatchTaskWidgetElement, init, mount };

/** Props that become attributes of another name, so that server and browser render the same in React 18 and 19. */
const ATTRIBUTES = {
  batchId: "batch-id",
  bodyPointer: "body-pointer",
  timeZone: "time-zone",
  taskId: "task",
  instanceUrl: "instance-url",
  longerThan: "longer-than",
  className: "class",
};

/** Boolean attributes. React 18 would write `false` as the string `"false"`. */
const FLAGS = ["compact", "redact", "paused", "hidden", "inert"];

/** Props that become properties of the element. */
const OBJECTS = ["headers", "fetcher", "messages", "actions"];

/** Events by the names of their props. */
const EVENTS = {
  onBatchTaskUpdate: "batch-task-update",
  onBatchTaskFinish: "batch-task-finish",
  onBatchTaskError: "batch-task-error",
  onBatchTaskViewChange: "batch-task-view-change",
  onBatchTaskAction: "batch-task-action",
};

// React 18 warns about layout effects on the server.
const useCommitEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;

export const BatchTaskWidget = forwardRef(function BatchTaskWidget(props, ref) {
  const binding = useRef(null);
  binding.current ??= new Binding();
  const { current } = binding;
  // Runs before refs are attached. Props of a render that React discards are not used.
  useInsertionEffect(() => current.setProps(props));
  useCommitEffect(() => current.apply());
  useImperativeHandle(ref, () => current.element, []);
  return createElement("batch-task-widget", { ...attributes(props), "defer-hydration": "", ref: current.attach });
});

/** Connects the props of one component to its element. */
class Binding {
  element = null;
  #props = {};
  /** The last function that was passed as each prop. */
  #functions = {};
  #messages;
  #actions;
  /** Functions that are the same in each render and call the latest prop. */
  #stable = {
    headers: () => this.#functions.headers(),
    fetcher: (request) => this.#functions.fetcher(request),
  };

  setProps(props) {
    this.#props = props;
    for (const name of Object.keys(this.#stable)) {
      if (typeof props[name] === "function") this.#functions[name] = props[name];
    }
    if (!isEqual(props.messages, this.#messages)) this.#messages = props.messages;
    if (JSON.stringify(props.actions) !== JSON.stringify(this.#actions)) this.#actions = props.actions;
  }

  /** The ref of the element. React detaches it while the tree is hidden; the listeners stay as long as the element. */
  attach = (element) => {
    if (element === null || element === this.element) return;
    this.element = element;
    this.apply();
    for (const [prop, event] of Object.entries(EVENTS)) {
      element.addEventListener(event, (dispatched) => {
        if (element.isConnected) this.#props[prop]?.(dispatched);
      });
    }
    element.removeAttribute("defer-hydration");
  };

  /** Sets the properties of the element; those that are unchanged cost nothing. */
  apply() {
    const { element } = this;
    if (!element) return;
    for (const name of OBJECTS) {
      const value = { ...this.#props, messages: this.#messages, actions: this.#actions }[name];
      element[name] = typeof value === "function" ? this.#stable[name] : value;
    }
  }
}

function attributes(props) {
  const result = {};
  for (const [name, value] of Object.entries(props)) {
    if (OBJECTS.includes(name) || name in EVENTS) continue;
    result[ATTRIBUTES[name] ?? name] = FLAGS.includes(name) ? value || undefined : value;
  }
  for (const name of ["columns", "filter"]) {
    if (Array.isArray(props[name])) result[name] = props[name].join(",");
  }
  return result;
}

/** Whether two objects have the same properties. */
function isEqual(one, other) {
  const keys = Object.keys(one ?? {});
  return (
    Boolean(one) === Boolean(other) &&
    keys.length === Object.keys(other ?? {}).length &&
    keys.every((key) => Object.is(one[key], other[key]))
  );
}
