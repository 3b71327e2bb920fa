namespace TempoCos.QueryVerifier.Ladder;

/// <summary>The caller did not do what a rung needs.</summary>
internal sealed class WishRefusedException(string message) : Exception(message);
