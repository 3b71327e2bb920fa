namespace TempoCos.IbmCloud.Faults;

/// <summary>The fault plan closes the connection: nobody is to be answered.</summary>
public sealed class ConnectionDroppedException() : Exception("The fault plan of the emulator closes the connection.");
