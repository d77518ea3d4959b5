import { call } from "../../http/api";
import type { Skill } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";

export function SkillForm(props: { skill: Skill | null; skills: List<Skill>; reload: () => void }) {
  const { skill } = props;
  const kit = usePhrases(kitWords);
  const editor = useEditor({ name: skill?.name ?? "", version: skill?.version ?? 0 }, async ({ name, version }) => {
    const saved = skill
      ? await call<Skill>("PUT", `/api/skills/${skill.id}`, { name, version })
      : await call<Skill>("POST", "/api/skills", { name });
    props.skills.put(saved);
    if (!skill) go("agents", "skills");
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
    </Form>
  );
}
