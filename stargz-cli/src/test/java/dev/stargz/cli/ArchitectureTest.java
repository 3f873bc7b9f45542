package dev.stargz.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import com.tngtech.archunit.library.Architectures;
import dev.stargz.format.StargzWriter;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Holds the packages to their arrows: {@code cli -> {registry, local} -> image -> stargz-format}
 * and {@code cli -> extract -> stargz-format}. Each may use all that lies behind its arrows, so
 * that {@code cli} can wire the others.
 */
class ArchitectureTest {
  private static final String FORMAT = "dev.stargz.format..";

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.stargz")
          .that(resideOutsideOfPackage(FORMAT));

  @Test
  void packages_import_along_the_arrows_alone() {
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("cli")
        .definedBy("dev.stargz.cli..")
        .layer("registry")
        .definedBy("dev.stargz.registry..")
        .layer("local")
        .definedBy("dev.stargz.local..")
        .layer("image")
        .definedBy("dev.stargz.image..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("registry")
        .mayOnlyAccessLayers("image")
        .whereLayer("local")
        .mayOnlyAccessLayers("image")
        .whereLayer("image")
        .mayNotAccessAnyLayer()
        .layer("extract")
        .definedBy("dev.stargz.extract..")
        .whereLayer("extract")
        .mayNotAccessAnyLayer()
        .whereLayer("extract")
        .mayOnlyBeAccessedByLayers("cli")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void no_class_stands_outside_of_the_packages() {
    classes()
        .should()
        .resideInAnyPackage(
            "dev.stargz.cli..",
            "dev.stargz.registry..",
            "dev.stargz.local..",
            "dev.stargz.image..",
            "dev.stargz.extract..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void of_the_format_only_what_its_module_exports_is_used() throws URISyntaxException {
    String[] exported = exportedByFormat();
    assertThat(exported).contains("dev.stargz.format").doesNotContain("dev.stargz.format.tar");
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage(FORMAT).and(not(resideInAnyPackage(exported))))
        .because("the module dev.stargz.format exports no other packages")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  private static String[] exportedByFormat() throws URISyntaxException {
    URL classes = StargzWriter.class.getProtectionDomain().getCodeSource().getLocation();
    return ModuleFinder.of(Path.of(classes.toURI()))
        .find("dev.stargz.format")
        .orElseThrow()
        .descriptor()
        .exports()
        .stream()
        .filter(exports -> !exports.isQualified())
        .map(Exports::source)
        .toArray(String[]::new);
  }

  @Test
  void an_embedder_needs_neither_picocli_nor_jib_beyond_the_package_that_is_for_them() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stargz.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .because("picocli is an optional dependency")
        .allowEmptyShould(true)
        .check(MODULE);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stargz.registry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.cloud.tools.jib..")
        .because("one package alone talks to Jib")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void one_package_alone_calls_the_c_library() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stargz.extract..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .because("all else is plain Java")
        .check(MODULE);
  }

  @Test
  void one_package_alone_speaks_to_the_network() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.stargz.image..", "dev.stargz.local..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "javax.net..", "org.apache.http..")
        .because("images and local places know nothing of registries")
        .check(MODULE);
  }

  @Test
  void no_package_is_a_drawer_for_odds_and_ends() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..")
        .because("a package is a part of an image")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
