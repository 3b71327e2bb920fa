using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with values in it that are known only when the application runs.</summary>
[InterpolatedStringHandler]
public sealed class ReferenceExpression(int literalLength, int formattedCount) : IValueProvider
{
    public string Value => string.Concat(Parts.Select(part => part is IValueProvider provider ? provider.Value : part));

    internal List<object> Parts { get; } = new((2 * formattedCount) + Math.Min(literalLength, 1));

    public void AppendLiteral(string value) => Parts.Add(value);

    public void AppendFormatted(IValueProvider value) => Parts.Add(value);
}
