using System.Text;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>The first part of what a command writes; the rest is read and forgotten.</summary>
public sealed class BoundedText(int longest)
{
    private readonly StringBuilder text = new();

    public async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[1024];
        int read;
        while ((read = await NextAsync(reader, buffer)) > 0)
        {
            lock (text)
            {
                text.Append(buffer, 0, Math.Min(read, longest - text.Length));
            }
        }
    }

    public override string ToString()
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static async ValueTask<int> NextAsync(StreamReader reader, char[] buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer);
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            return 0;
        }
    }
}
