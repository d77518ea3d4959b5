import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./Tickets.module.css";

/** A part of a ticket's page under its heading. */
export function Section(props: { title: string; note?: string | undefined; tools?: ReactNode; testid: string; children: ReactNode }) {
  return (
    <section className={css.section} aria-label={props.title} data-testid={props.testid}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Title order={4} fz="sm">{props.title}</Title>
          {props.note && <Text size="xs" c="dimmed">{props.note}</Text>}
        </Group>
        {props.tools}
      </Group>
      {props.children}
    </section>
  );
}
