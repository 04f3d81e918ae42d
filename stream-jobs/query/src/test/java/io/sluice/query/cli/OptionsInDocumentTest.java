package io.sluice.query.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.Failure;
import io.sluice.query.ask.Dimension;
import io.sluice.query.ask.Filter;
import io.sluice.query.ask.Question;
import io.sluice.query.ask.TimeRange;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What can be asked on the command line and what the document says can be asked are the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OptionsInDocumentTest {
  private static final Set<String> OF_THE_COMMAND_ALONE =
      Set.of("--data-dir", "--watch", "--help", "--version");

  private OpenAPI document;

  @BeforeAll
  void read() throws IOException {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    options.setResolveFully(true);
    try (InputStream in = OptionsInDocumentTest.class.getResourceAsStream("/web/openapi.yaml")) {
      document =
          new OpenAPIV3Parser()
              .readContents(new String(in.readAllBytes(), StandardCharsets.UTF_8), null, options)
              .getOpenAPI();
    }
  }

  private Map<String, Parameter> documented(Question question) {
    return document.getPaths().get("/api/v1/" + question.title()).getGet().getParameters().stream()
        .collect(Collectors.toMap(Parameter::getName, p -> p, (a, b) -> a, TreeMap::new));
  }

  private Set<String> documented() {
    return document.getComponents().getParameters().values().stream()
        .map(Parameter::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static CommandSpec command(Question question) {
    return QueryCommand.line(
            new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()))
        .getSubcommands()
        .get(question.title())
        .getCommandSpec();
  }

  /** Under the names of the document: a question's options, and {@code format} for its two. */
  private static Set<String> offered(Question question) {
    Set<String> names = new TreeSet<>();
    for (OptionSpec option : command(question).options()) {
      String name = option.longestName();
      if (name.equals("--json") || name.equals("--csv")) {
        names.add("format");
      } else if (!OF_THE_COMMAND_ALONE.contains(name)) {
        names.add(name.substring("--".length()).replace('-', '_'));
      }
    }
    return names;
  }

  private static String description(Question question, String parameter) {
    return String.join(
        " ", command(question).findOption("--" + parameter.replace('_', '-')).description());
  }

  /** An option that a question has no use for is refused by the service, as another test shows. */
  @Test
  void haveTheSameNames() {
    for (Question question : Question.values()) {
      assertThat(offered(question)).isEqualTo(documented());
      assertThat(documented()).containsAll(documented(question).keySet());
      assertThat(documented(question).keySet()).contains("since", "from", "to", "limit", "format");
      for (Dimension dimension : Dimension.values()) {
        assertThat(documented(question).containsKey(dimension.title()))
            .as("%s of %s", dimension.title(), question.title())
            .isEqualTo(question.isBy(dimension));
      }
      assertThat(documented(question).containsKey("by")).isEqualTo(question.isGrouped());
      assertThat(documented(question).containsKey("path")).isEqualTo(question.isByPath());
      assertThat(documented(question).containsKey("bucket"))
          .isEqualTo(question == Question.TIMELINE);
    }
  }

  @Test
  void haveTheSameDefaults() {
    for (Question question : Question.values()) {
      documented(question)
          .forEach((name, parameter) -> {
            Object expected =
                switch (name) {
                  case "limit" -> question.defaultLimit();
                  case "format" -> "json";
                  default -> null;
                };
            assertThat(parameter.getSchema().getDefault())
                .as("%s of %s", name, question.title())
                .isEqualTo(expected);
          });
      int rows = question == Question.TIMELINE ? AskCommand.TIMELINE_ROWS : question.defaultLimit();
      assertThat(description(question, "limit")).contains("(default: " + rows + ")");
    }
  }

  @Test
  void allowTheSameValues() {
    Map<String, Parameter> ofTimeline = documented(Question.TIMELINE);
    assertThat(ofTimeline.get("format").getSchema().getEnum())
        .asString()
        .isEqualTo(
            Stream.of("--json", "--csv")
                .map(name -> command(Question.TIMELINE).findOption(name))
                .map(option -> option.longestName().substring("--".length()))
                .toList()
                .toString());
    assertThat(ofTimeline.get("status").getSchema().getEnum())
        .asString()
        .isEqualTo("[1xx, 2xx, 3xx, 4xx, 5xx, none]");
    assertThat(description(Question.TIMELINE, "status")).contains("1xx to 5xx, or none");

    String any =
        Stream.of(Dimension.values()).map(Dimension::title).collect(Collectors.joining("|"));
    assertThat(ofTimeline.get("by").getSchema().getPattern())
        .isEqualTo("^(%s)(,(%s))*$".formatted(any, any));
    assertThat(description(Question.TIMELINE, "by")).contains(Dimension.titles());

    for (Question question : Question.values()) {
      Schema<?> limit = documented(question).get("limit").getSchema();
      assertThat(limit.getMinimum()).isEqualTo(BigDecimal.ONE);
      assertThat(limit.getMaximum()).isEqualTo(BigDecimal.valueOf(Filter.MOST_ROWS));
    }
    for (String name : List.of("since", "bucket")) {
      String pattern = ofTimeline.get(name).getSchema().getPattern();
      for (String text :
          List.of(
              "90s",
              "15m",
              "1h",
              "2d",
              "1w",
              "010s",
              "999999w",
              "0s",
              "000h",
              "1",
              "s",
              "1x",
              "1S",
              "-1s",
              "1.5h",
              "1000000s",
              " 1s",
              "1s ",
              "")) {
        assertThat(text.matches(pattern)).as("%s %s", name, text).isEqualTo(isDuration(text));
      }
    }
  }

  private static boolean isDuration(String text) {
    try {
      TimeRange.duration("since", text);
      return true;
    } catch (Failure e) {
      return false;
    }
  }
}
