namespace TempoCos.Tempo.Ring;

/// <summary>Nobody is known in a role.</summary>
public sealed class EmptyRingException(string role = "ingester") : Exception($"empty ring: no healthy {role} is known");
