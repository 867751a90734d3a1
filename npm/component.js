// Custom elements as React components, for React 18 and 19, client and server rendering.
//
// The element waits (`defer-hydration`) until its properties and listeners are set. Otherwise an element in server-rendered HTML
// would send its first request, and dispatch its first events, before React has hydrated the page.

import { createElement, forwardRef, useEffect, useImperativeHandle, useInsertionEffect, useLayoutEffect, useRef } from "react";

// React 18 warns about layout effects on the server.
const useCommitEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;

/**
 * @param {string} tag
 * @param {object} members
 * @param {Record<string, string>} members.attributes props that become attributes of another name, so that server and browser render
 *   the same in React 18 and 19
 * @param {string[]} members.flags boolean attributes; React 18 would write `false` as the string `"false"`
 * @param {string[]} members.lists props that may be arrays of names
 * @param {string[]} members.objects props that become properties of the element
 * @param {Record<string, string>} members.events events by the names of their props
 */
export const component = (name, tag, members) => {
  const Component = forwardRef((props, ref) => {
    const binding = useRef(null);
    binding.current ??= new Binding(members);
    const { current } = binding;
    // Runs before refs are attached. Props of a render that React discards are not used.
    useInsertionEffect(() => current.setProps(props));
    useCommitEffect(() => current.apply());
    useImperativeHandle(ref, () => current.element, []);
    return createElement(tag, { ...attributesOf(props, members), "defer-hydration": "", ref: current.attach });
  });
  Component.displayName = name;
  return Component;
};

/** Connects the props of one component to its element. */
class Binding {
  element = null;
  #members;
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

  constructor(members) {
    this.#members = members;
  }

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
    for (const [prop, event] of Object.entries(this.#members.events)) {
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
    for (const name of this.#members.objects) {
      const value = { ...this.#props, messages: this.#messages, actions: this.#actions }[name];
      element[name] = typeof value === "function" ? this.#stable[name] : value;
    }
  }
}

function attributesOf(props, { attributes, flags, lists, objects, events }) {
  const result = {};
  for (const [name, value] of Object.entries(props)) {
    if (objects.includes(name) || name in events) continue;
    result[attributes[name] ?? name] = flags.includes(name) ? value || undefined : value;
  }
  for (const name of lists) {
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
