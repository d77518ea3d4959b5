import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { choicesOf, nameIn, order, treeOf, type Category } from "./article";
import css from "./Knowledge.module.css";
import { words } from "./words";

export function Categories(props: { categories: Category[]; changed: () => void }) {
  const { categories, changed } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const [chosen, setChosen] = useState<string | null>(null);
  const category = categories.find(({ id }) => id === chosen) ?? null;
  return (
    <>
      <ul className={css.hits}>
        {treeOf(categories).map(({ category: each, depth }) => (
          <li key={each.id} style={{ paddingInlineStart: `${depth * 24}px` }}>
            <button type="button" className={css.hit} data-chosen={each.id === chosen || undefined} onClick={() => setChosen(each.id)} data-testid="category-row">
              <Group gap="xs"><bdi>{nameIn(each, language)}</bdi>{!each.is_active && <Text size="xs" c="dimmed">{say("off")}</Text>}</Group>
            </button>
          </li>
        ))}
      </ul>
      <Button my="md" variant="default" onClick={() => setChosen("new")} data-testid="category-add">{say("category_add")}</Button>
      {chosen !== null && <CategoryForm key={`${chosen} ${category?.version}`} category={category} {...props} done={() => { changed(); setChosen(null); }} />}
    </>
  );
}

function CategoryForm(props: { category: Category | null; categories: Category[]; changed: () => void; done: () => void }) {
  const { category } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const initial = { names: category?.names ?? {}, parent_id: category?.parent_id ?? null, position: (category?.position ?? 0) as number | null, is_active: category?.is_active ?? true, version: category?.version ?? 0 };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const names = Object.fromEntries(Object.entries(values.names).filter(([, name]) => name.trim() !== ""));
    const body = { ...values, position: values.position ?? 0, names };
    await (category ? call("PUT", `/api/article-categories/${category.id}`, { ...body, version }) : call("POST", "/api/article-categories", body));
    props.done();
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.changed}>
      {order.map((each) => (
        <TextField key={each} label={say("category_name", { language: languages[each].name })} value={values.names[each] ?? ""} set={(name) => set({ names: { ...values.names, [each]: name } })} error={fault(`names.${each}`)} testid={`category-name-${each}`} />
      ))}
      {fault("names") && <Text c="red" size="sm" role="alert">{fault("names")}</Text>}
      <ChoiceField label={say("category_parent")} value={values.parent_id} set={(parent_id) => set({ parent_id })} options={choicesOf(props.categories, language, category?.id ?? null)} isClearable error={fault("parent_id")} testid="category-parent" />
      <NumberField label={say("position")} min={0} max={10_000} value={values.position} set={(position) => set({ position })} error={fault("position")} testid="category-position" />
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="category-active" />
    </Form>
  );
}
