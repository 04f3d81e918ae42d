package io.sluice.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTest {

  @ParameterizedTest
  @CsvSource({
    "/items/4527/detail, /items/{int}/detail",
    "/items/4527, /items/{int}",
    "/items/4527/, /items/{int}/",
    "/4527.html, /{int}.html",
    "/u/0b5e1f9a-3c4d-4e5f-8a9b-0c1d2e3f4a5b/x, /u/{uuid}/x",
    "/u/0B5E1F9A-3C4D-4E5F-8A9B-0C1D2E3F4A5B, /u/{uuid}",
    "/c/deadbeef, /c/deadbeef",
    "/c/deadbee5, /c/{hex}",
    "/c/d41d8cd98f00b204e9800998ecf8427e.js, /c/{hex}.js",
    "/log/2026-11-21, /log/{date}",
    "/log/2026-11-21T01:02:03Z, /log/2026-11-21T01:02:03Z",
    "/log/2026-11-21T010203Z, /log/{date}",
    "/t/eyJhbGciOiJIUzI1NiIsInR5cCI6, /t/{opaque}",
    "/news/ten-things-to-see-in-2026, /news/ten-things-to-see-in-2026",
    "/v1/users, /v1/users",
    "/api/v2/h264, /api/v2/h264",
    "/jquery-3.7.1.min.js, /jquery-3.7.1.min.js",
    "/, /",
    "//, //",
    "/1//2, /{int}//{int}",
    "*, *",
    "host:443, host:443",
    "/é/7, /é/{int}"
  })
  void namesTheShape(String path, String template) {
    assertThat(PathTemplate.of(path)).isEqualTo(template);
  }

  @Test
  void changesNothingTheSecondTime() {
    for (String path : new String[] {"/a/1/2026-11-21/deadbee5.js", "/x/{int}/1"}) {
      String once = PathTemplate.of(path);
      assertThat(PathTemplate.of(once)).isEqualTo(once);
    }
  }
}
