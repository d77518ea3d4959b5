import "@mantine/tiptap/styles.css";
import { RichTextEditor } from "@mantine/tiptap";
import { useEditor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import css from "./Knowledge.module.css";
import { words } from "./words";

/** The body of an article in one language. What is pasted is cut down to what an article may say; the server cleans it again. */
export default function ArticleBox(props: { language: Language; html: string; set: (html: string) => void }) {
  const { say } = usePhrases(words);
  const name = languages[props.language].name;
  const editor = useEditor({
    extensions: [StarterKit.configure({ heading: { levels: [2, 3] }, horizontalRule: false, link: { openOnClick: false, autolink: true, protocols: ["mailto", "tel"], defaultProtocol: "https" } })],
    content: props.html,
    textDirection: "auto",
    shouldRerenderOnTransaction: true,
    editorProps: {
      attributes: { "data-testid": `body-${props.language}`, "aria-label": say("body", { language: name }), "aria-multiline": "true", role: "textbox", class: css.area!, lang: props.language, dir: languages[props.language].dir },
    },
    onUpdate: ({ editor: of }) => props.set(of.isEmpty ? "" : of.getHTML()),
  });
  if (!editor) return null;
  return (
    <RichTextEditor
      editor={editor}
      variant="subtle"
      className={css.box!}
      labels={{
        boldControlLabel: say("bold"), italicControlLabel: say("italic"), bulletListControlLabel: say("list"), orderedListControlLabel: say("numbers"),
        h2ControlLabel: say("heading"), linkControlLabel: say("link"), unlinkControlLabel: say("unlink"), codeBlockControlLabel: say("code"),
        linkEditorInputLabel: say("link_address"), linkEditorInputPlaceholder: "https://", linkEditorSave: say("link_set"),
      }}
    >
      <RichTextEditor.Toolbar aria-label={say("toolbar", { language: name })} role="toolbar">
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.H2 />
          <RichTextEditor.Bold />
          <RichTextEditor.Italic />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.BulletList />
          <RichTextEditor.OrderedList />
          <RichTextEditor.CodeBlock />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Link />
          <RichTextEditor.Unlink />
        </RichTextEditor.ControlsGroup>
      </RichTextEditor.Toolbar>
      <RichTextEditor.Content />
    </RichTextEditor>
  );
}
