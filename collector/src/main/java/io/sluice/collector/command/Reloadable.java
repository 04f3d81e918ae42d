package io.sluice.collector.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An option that may change under way: it does nothing but make part of the events' options. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Reloadable {}
