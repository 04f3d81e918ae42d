package io.sluice.collector.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an option takes. Checked before the command runs, and told by {@code config --default}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Allowed {
  /** The least number. */
  long least() default Long.MIN_VALUE;

  /** The greatest number. */
  long most() default Long.MAX_VALUE;

  /** The only words. */
  String[] values() default {};

  /** Said where neither numbers nor words say it; the option's own code checks it. */
  String text() default "";
}
