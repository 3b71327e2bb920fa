using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace TempoCos.Pipeline.Commands;

/// <summary>An option that takes a number; what is none, or none that holds, is told with the rule.</summary>
internal sealed class NumberOption<T> : Option<T?>
    where T : struct, INumber<T>
{
    /// <param name="name">With its dashes.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="holds">Of a number that is given.</param>
    /// <param name="rule">What it must be, as in "must be above 0".</param>
    /// <param name="otherwise">Where it is not given, shown by help.</param>
    public NumberOption(string name, string description, Func<T, bool> holds, string rule, T? otherwise = null)
        : base(name)
    {
        Description = description;
        HelpName = "N";
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && holds(number))
            {
                return number;
            }

            result.AddError($"{name} {text}: {rule}");
            return null;
        };
        if (otherwise is { } value)
        {
            DefaultValueFactory = _ => value;
        }
    }

    /// <summary>The number; 0 where it is not given and has no default.</summary>
    public T Read(ParseResult parsed) => parsed.GetValue(this) ?? T.Zero;
}
