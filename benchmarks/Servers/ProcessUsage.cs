using System.Diagnostics;
using System.Globalization;

namespace TempoCos.Benchmarks.Servers;

/// <summary>Processor time and memory of a process, from /proc where there is one.</summary>
internal sealed record ProcessUsage(double CpuSeconds, double RssMegabytes, double PeakRssMegabytes)
{
    public static ProcessUsage Of(Process process)
    {
        process.Refresh();
        var cpu = process.TotalProcessorTime.TotalSeconds;
        var status = $"/proc/{process.Id}/status";
        if (!File.Exists(status))
        {
            return new(cpu, process.WorkingSet64 / 1e6, process.PeakWorkingSet64 / 1e6);
        }

        var lines = File.ReadAllLines(status);
        return new(cpu, Kilobytes(lines, "VmRSS:") / 1e3, Kilobytes(lines, "VmHWM:") / 1e3);
    }

    private static double Kilobytes(string[] lines, string name) => lines
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1.024)
        .FirstOrDefault();
}
