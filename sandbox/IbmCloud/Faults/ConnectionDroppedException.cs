namespace TempoCos.IbmCloud.Faults;

/// <summary>The fault plan closed the connection: there is nobody left to answer.</summary>
public sealed class ConnectionDroppedException() : Exception("The fault plan of the emulator closed the connection.");
