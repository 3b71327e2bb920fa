namespace Aspire.Hosting.Dcp;

/// <summary>A stable port that DCP forwards to the process that serves it.</summary>
internal sealed record ServiceSpec(int? Port, string Protocol = "TCP", string AddressAllocationMode = "IPv4ZeroOne");
