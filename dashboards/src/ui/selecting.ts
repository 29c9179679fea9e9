/** Whether a click ends a selection of text, by dragging or by a double click: then it is no click on what is below it. */
export function isSelecting(): boolean {
  return window.getSelection()?.isCollapsed === false
}
