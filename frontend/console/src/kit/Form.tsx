import { Alert, Button, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePhrases } from "../i18n/phrases";
import type { Editor } from "./editor";
import css from "./Kit.module.css";
import { kitWords } from "./words";

/** The fields of an editor with what is wrong as a whole, and the button that saves. */
export function Form<V extends object>(props: { editor: Editor<V>; reload: () => void; children: ReactNode; submit?: string; isFixed?: boolean }) {
  const { editor } = props;
  const { say } = usePhrases(kitWords);
  return (
    <form onSubmit={(event) => void editor.submit(event)} noValidate data-testid="form">
      <Stack gap="md">
        {editor.isStale && (
          <Alert color="yellow" icon={<IconAlertTriangle />} title={say("conflict")} role="alert" data-testid="conflict">
            {say("conflict_text")}
            <Button mt="sm" size="xs" variant="default" onClick={props.reload} data-testid="reload">{say("reload")}</Button>
          </Alert>
        )}
        {editor.trouble !== null && <Alert color="red" role="alert" data-testid="trouble">{editor.trouble}</Alert>}
        {props.children}
      </Stack>
      {!props.isFixed && (
        <div className={css.foot}>
          <Button type="submit" loading={editor.isBusy} data-testid="save">{props.submit ?? say("save")}</Button>
        </div>
      )}
    </form>
  );
}
