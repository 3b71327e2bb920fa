using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with values in it that are known only when the application runs.</summary>
public sealed class ReferenceExpression : IValueProvider
{
    internal ReferenceExpression(IReadOnlyList<object> parts) => Parts = parts;

    internal IReadOnlyList<object> Parts { get; }

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.Append(part is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : part);
        }

        return text.ToString();
    }

    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal List<object> Parts { get; } = new((2 * formattedCount) + Math.Min(literalLength, 1));

        public void AppendLiteral(string value) => Parts.Add(value);

        public void AppendFormatted(IValueProvider value) => Parts.Add(value);
    }
}
