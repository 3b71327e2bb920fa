namespace TempoCos.Tempo.Http;

/// <summary>An open listener with the port that it really has.</summary>
public sealed record Listener(ListenerRole Role, string Host, int Port);
