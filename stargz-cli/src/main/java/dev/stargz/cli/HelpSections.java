package dev.stargz.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Shows options under the headings of the classes that declare them. */
final class HelpSections {
  private HelpSections() {}

  /** Lets the command's help show a section for each of its mixins. */
  static void install(CommandLine line) {
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpSections::render);
  }

  private static String render(Help help) {
    StringBuilder text = new StringBuilder();
    for (CommandSpec mixin : mixins(help.commandSpec())) {
      String heading = mixin.usageMessage().optionListHeading();
      text.append(help.createHeading(heading == null ? "" : heading));
      Layout layout = help.createDefaultLayout();
      List<OptionSpec> options = new ArrayList<>(mixin.options());
      layout.addAllOptions(options, help.parameterLabelRenderer());
      text.append(layout);
    }
    return text.toString();
  }

  /** The command's own ones, then those that it shares with others; what every one has is last. */
  private static List<CommandSpec> mixins(CommandSpec command) {
    List<CommandSpec> mixins = new ArrayList<>();
    Class<?> type = command.userObject().getClass();
    while (type != null) {
      for (Field field : type.getDeclaredFields()) {
        if (field.isAnnotationPresent(Mixin.class)) {
          mixins.add(command.mixins().get(field.getName()));
        }
      }
      type = type.getSuperclass();
    }
    return mixins;
  }
}
