"""A client of pymodbus that works a board and prints what it saw as one line of JSON: modbus_client.py tcp HOST PORT | rtu DEVICE | rtu-over-tcp HOST PORT."""
import json
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer

kind, where, *rest = sys.argv[1:]
if kind == "rtu":
    client = ModbusSerialClient(port=where, baudrate=9600, timeout=3)
elif kind == "rtu-over-tcp":
    client = ModbusTcpClient(where, port=int(rest[0]), framer=ModbusRtuFramer, timeout=3)
else:
    client = ModbusTcpClient(where, port=int(rest[0]), timeout=3)
assert client.connect()
client.write_coil(2, True, slave=1)
client.write_coil(7, True, slave=1)
client.write_coil(7, False, slave=1)
coils = client.read_coils(0, 8, slave=1).bits[:8]
contacts = client.read_discrete_inputs(1, 3, slave=1).bits[:3]
beyond = client.read_coils(30, 8, slave=1)
strange = client.read_holding_registers(0, 1, slave=1)
print(json.dumps({"coils": coils, "contacts": contacts, "beyond": beyond.exception_code, "strange": strange.exception_code}))
client.close()
