namespace TempoCos.Cluster.Network;

/// <summary>A container's declared port and the port of 127.0.0.1 that stands for it.</summary>
public sealed record PortMapping(string Container, string Name, int ContainerPort, string Protocol, int LocalPort);
