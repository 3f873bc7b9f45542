package dev.stargz.format;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/**
 * Holds the packages to their arrows. Each package may use those that its line names, and nothing
 * else of the module:
 *
 * <pre>
 *   format   tree chunk listing flatten tar gzip toc deflate blob
 *   nio      tree toc blob
 *   tree     chunk toc gzip blob
 *   chunk    toc gzip blob
 *   listing  toc tar blob
 *   flatten  tar blob
 *   toc      blob
 *   gzip     deflate blob
 *   tar      blob
 *   deflate  blob
 *   blob
 * </pre>
 */
class ArchitectureTest {
  private static final String ROOT = "dev.stargz.format";

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void packages_import_along_the_arrows_alone_and_no_class_stands_outside_of_them() {
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
        .layer("format")
        .definedBy(ROOT)
        .layer("nio")
        .definedBy(ROOT + ".nio")
        .layer("tree")
        .definedBy(ROOT + ".tree")
        .layer("chunk")
        .definedBy(ROOT + ".chunk")
        .layer("listing")
        .definedBy(ROOT + ".listing")
        .layer("flatten")
        .definedBy(ROOT + ".flatten")
        .layer("toc")
        .definedBy(ROOT + ".toc")
        .layer("gzip")
        .definedBy(ROOT + ".gzip")
        .layer("tar")
        .definedBy(ROOT + ".tar")
        .layer("deflate")
        .definedBy(ROOT + ".deflate")
        .layer("blob")
        .definedBy(ROOT + ".blob")
        .whereLayer("format")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("nio")
        .mayOnlyAccessLayers("tree", "toc", "blob")
        .whereLayer("tree")
        .mayOnlyAccessLayers("chunk", "toc", "gzip", "blob")
        .whereLayer("chunk")
        .mayOnlyAccessLayers("toc", "gzip", "blob")
        .whereLayer("listing")
        .mayOnlyAccessLayers("toc", "tar", "blob")
        .whereLayer("flatten")
        .mayOnlyAccessLayers("tar", "blob")
        .whereLayer("toc")
        .mayOnlyAccessLayers("blob")
        .whereLayer("gzip")
        .mayOnlyAccessLayers("deflate", "blob")
        .whereLayer("tar")
        .mayOnlyAccessLayers("blob")
        .whereLayer("deflate")
        .mayOnlyAccessLayers("blob")
        .whereLayer("blob")
        .mayNotAccessAnyLayer()
        .ensureAllClassesAreContainedInArchitecture()
        .check(MODULE);
  }

  @Test
  void no_package_is_a_drawer_for_odds_and_ends() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..")
        .because("a package is a part of the blob")
        .check(MODULE);
  }
}
