namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A value under the attribute that it was fetched for; nil where the key was there but no wanted value.</summary>
public readonly record struct FetchedValue(Attribute Attribute, Static Value);
