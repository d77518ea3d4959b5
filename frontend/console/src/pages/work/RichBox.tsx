import "@mantine/tiptap/styles.css";
import { RichTextEditor, type RichTextEditorLabels } from "@mantine/tiptap";
import { IconTextDirectionRtl } from "@tabler/icons-react";
import { Node, useEditor, type Editor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { useEffect, useImperativeHandle, useRef } from "react";
import { usePhrases } from "../../i18n/phrases";
import { commandBefore } from "./answers";
import css from "./Composer.module.css";
import { paragraphs } from "./letter";
import { pastedHtml } from "./pasted";
import { editable } from "./pictures";
import type { BoxProps } from "./PlainBox";
import { words } from "./words";

/** Whether HTML says more than its text: what does not goes as plain text, which every mail program shows alike. */
export const isFormatted = (html: string): boolean => /<(?!\/?(?:p|br)\b)|\bdir="(?!auto)/.test(html);

const textOf = (editor: Editor): string => editor.getText({ blockSeparator: "\n" });

/** Formatted text for mail. Pasted from Word or a page it is cut down to what the editor knows; the server cleans it again. */
export default function RichBox(props: BoxProps) {
  const { say } = usePhrases(words);
  // The editor is made once; what it calls is the newest.
  const now = useRef(props);
  now.current = props;
  const editor = useEditor({
    extensions: [
      Picture,
      StarterKit.configure({
        heading: false,
        code: false,
        codeBlock: false,
        horizontalRule: false,
        link: { openOnClick: false, autolink: true, protocols: ["mailto", "tel"], defaultProtocol: "https" },
      }),
    ],
    content: props.html === null ? paragraphs(props.text) : editable(props.html),
    textDirection: "auto",
    autofocus: props.takesFocus ? "end" : false,
    shouldRerenderOnTransaction: true,
    editorProps: {
      transformPastedHTML: pastedHtml,
      attributes: { "data-testid": "composer", "aria-label": props.label, "aria-multiline": "true", role: "textbox", class: css.rich!, title: props.hint },
      handleKeyDown: (_view, event) => {
        if (now.current.pressed(event)) return true;
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return false;
        now.current.send();
        return true;
      },
    },
    onUpdate: ({ editor: of }) => {
      const html = of.getHTML();
      now.current.written(textOf(of), isFormatted(html) ? html : null);
      now.current.command(commandOf(of));
    },
    onSelectionUpdate: ({ editor: of }) => now.current.command(commandOf(of)),
    onBlur: () => now.current.left(),
  });
  useEffect(() => {
    if (!editor || props.edition === 0) return;
    const { html, text } = now.current;
    editor.commands.setContent(html !== null ? editable(html) : text === "" ? "" : paragraphs(text), { emitUpdate: false });
  }, [editor, props.edition]);
  useImperativeHandle(props.box, () => ({
    insert: (text) => editor?.chain().focus().insertContent(contentOf(text)).run(),
    replaceCommand: (text) => {
      if (!editor) return;
      const to = editor.state.selection.from;
      const length = (commandOf(editor)?.length ?? -1) + 1;
      editor.chain().focus().insertContentAt({ from: to - length, to }, contentOf(text)).run();
    },
    focus: () => editor?.commands.focus(),
    insertPicture: ({ url, name }) => editor?.chain().focus().insertContent({ type: "picture", attrs: { src: url, alt: name } }).run(),
    removePicture: (id) => {
      if (!editor) return;
      const places: number[] = [];
      editor.state.doc.descendants((node, place) => void (node.type.name === "picture" && String(node.attrs["src"]).endsWith(id) && places.push(place)));
      for (const place of places.reverse()) editor.commands.deleteRange({ from: place, to: place + 1 });
    },
  }));
  if (!editor) return null;
  return (
    <RichTextEditor editor={editor} variant="subtle" labels={labelsOf(say)} className={css.richFrame!}>
      <RichTextEditor.Toolbar aria-label={say("toolbar")} role="toolbar" className={css.toolbar!}>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Bold data-testid="rich-bold" />
          <RichTextEditor.Italic />
          <RichTextEditor.Underline />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.BulletList data-testid="rich-list" />
          <RichTextEditor.OrderedList />
          <RichTextEditor.Blockquote />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Link />
          <RichTextEditor.Unlink />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Control aria-label={say("direction")} title={say("direction")} onClick={() => turn(editor)} data-testid="rich-direction">
            <IconTextDirectionRtl size={16} aria-hidden />
          </RichTextEditor.Control>
        </RichTextEditor.ControlsGroup>
      </RichTextEditor.Toolbar>
      <div className={css.richArea}>
        {editor.isEmpty && <span className={css.richPlaceholder} aria-hidden>{props.placeholder}</span>}
        <RichTextEditor.Content />
      </div>
    </RichTextEditor>
  );
}

/** A picture within the text: one of our own files, which goes along as a part of the mail. */
const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  atom: true,
  draggable: true,
  addAttributes: () => ({ src: { default: "" }, alt: { default: "" } }),
  parseHTML: () => [{ tag: 'img[src^="/api/files/"]' }],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});

/** From what its letters say to the other one, and back. */
function turn(editor: Editor): void {
  const { $from } = editor.state.selection;
  const isSet = ["ltr", "rtl"].includes(String($from.parent.attrs["dir"]));
  const shown = getComputedStyle(editor.view.domAtPos($from.pos).node.parentElement ?? editor.view.dom).direction;
  if (isSet) editor.chain().focus().unsetTextDirection().run();
  else editor.chain().focus().setTextDirection(shown === "rtl" ? "ltr" : "rtl").run();
}

function commandOf(editor: Editor): string | null {
  const { empty, $from } = editor.state.selection;
  return empty ? commandBefore($from.parent.textBetween(0, $from.parentOffset, "\n", "\n")) : null;
}

/** One line goes into the line, several become paragraphs; never read as HTML. */
function contentOf(text: string) {
  const lines = text.split("\n");
  const textNode = (line: string) => ({ type: "text", text: line });
  if (lines.length === 1) return textNode(text);
  return lines.map((line) => ({ type: "paragraph", ...(line === "" ? {} : { content: [textNode(line)] }) }));
}

function labelsOf(say: (word: "bold" | "italic" | "underline" | "list" | "numbers" | "quote" | "link" | "link_address" | "link_set" | "link_remove") => string): Partial<RichTextEditorLabels> {
  return {
    boldControlLabel: say("bold"),
    italicControlLabel: say("italic"),
    underlineControlLabel: say("underline"),
    bulletListControlLabel: say("list"),
    orderedListControlLabel: say("numbers"),
    blockquoteControlLabel: say("quote"),
    linkControlLabel: say("link"),
    unlinkControlLabel: say("link_remove"),
    linkEditorInputLabel: say("link_address"),
    linkEditorInputPlaceholder: "https://",
    linkEditorSave: say("link_set"),
  };
}
