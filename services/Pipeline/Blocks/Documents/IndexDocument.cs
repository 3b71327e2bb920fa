namespace TempoCos.Pipeline.Blocks.Documents;

/// <summary>A tenant's index objects. <paramref name="Created"/> is null without a readable one.</summary>
internal sealed record IndexDocument(string Tenant, DateTimeOffset? Created, IReadOnlyList<string> Problems);
