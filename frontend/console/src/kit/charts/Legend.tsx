import css from "./Charts.module.css";
import type { Series } from "./scale";

export function Legend(props: { series: Series[] }) {
  return (
    <figcaption className={css.legend}>
      {props.series.map(({ key, name, color }) => (
        <span key={key}><span className={css.swatch} style={{ background: color }} aria-hidden /> <bdi>{name}</bdi></span>
      ))}
    </figcaption>
  );
}
