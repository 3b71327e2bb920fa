using System.Text;

namespace TempoCos.Tempo.Http;

/// <summary>What stands on <c>/metrics</c>.</summary>
public interface IMetric
{
    void WriteTo(StringBuilder text);
}
