namespace TempoCos.Tempo.Generator.RemoteWriting;

/// <summary>A compressed request, and how many samples are in it.</summary>
internal sealed record PendingWrite(string Tenant, byte[] Body, int Samples);
