using System.CommandLine.Parsing;

namespace TempoCos.Pipeline.Commands;

/// <summary>What holds of an option's value, said with the value when it does not.</summary>
internal static class OptionRule
{
    public static void Require(OptionResult result, bool holds, string rule)
    {
        if (!holds)
        {
            result.AddError($"{result.Option.Name} {string.Join(' ', result.Tokens.Select(token => token.Value))}: {rule}");
        }
    }
}
