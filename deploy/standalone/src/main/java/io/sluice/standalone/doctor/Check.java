package io.sluice.standalone.doctor;

/**
 * One line of the doctor's.
 *
 * @param found what is there
 * @param remedy what to do; empty where all is well
 */
public record Check(String what, String found, String remedy) {

  static Check ok(String what, String found) {
    return new Check(what, found, "");
  }

  static Check bad(String what, String found, String remedy) {
    return new Check(what, found, remedy);
  }

  public boolean ok() {
    return remedy.isEmpty();
  }

  public String line() {
    return ok()
        ? "ok    %-16s %s".formatted(what, found)
        : "TO DO %-16s %s; %s".formatted(what, found, remedy);
  }
}
