namespace TempoCos.Tempo.Ingester;

/// <summary>Bytes of a log that hold no whole record. At the end it is most likely the record that was being written when the process was killed.</summary>
public readonly record struct WalDamage(long Offset, long Length, bool AtEnd);
