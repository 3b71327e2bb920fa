using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with values in it that are known only when the application runs.</summary>
public sealed class ReferenceExpression : IValueProvider
{
    internal ReferenceExpression(IReadOnlyList<object> parts) => Parts = parts;

    internal IReadOnlyList<object> Parts { get; }

    /// <inheritdoc/>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.Append(part is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : part);
        }

        return text.ToString();
    }

    /// <summary>Collects the parts of the interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal List<object> Parts { get; } = new((2 * formattedCount) + Math.Min(literalLength, 1));

        /// <summary>Fixed text.</summary>
        public void AppendLiteral(string value) => Parts.Add(value);

        /// <summary>Text that is known already.</summary>
        public void AppendFormatted(string? value) => Parts.Add(value ?? "");

        /// <summary>A value.</summary>
        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider => Parts.Add(valueProvider);
    }
}
