/* Wagtail names a block in the editor's outline by the words of its field. A grid, a table or a picture keeps its value as a text for machines, which is no name. */
(function () {
  "use strict";
  const Widget = window.telepath.constructors["wagtail.widgets.Widget"];
  class QuietWidget extends Widget {
    constructor(...given) {
      super(...given);
      this.boundWidgetClass = class extends this.boundWidgetClass {
        getTextLabel() { return null; }
      };
    }
  }
  window.telepath.register("qms.QuietWidget", QuietWidget);
})();
