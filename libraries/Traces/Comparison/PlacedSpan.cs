using TempoCos.Otlp;

namespace TempoCos.Traces.Comparison;

/// <summary>A span together with the scope and the resource that it stands under.</summary>
internal sealed record PlacedSpan(ResourceSpans Resource, ScopeSpans Scope, Span Span);
